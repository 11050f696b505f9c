// The registry that the tests register services in: Consul's agent. A module's replace lines count only in that module
// itself, so Consul, whose own program such lines keep from being installed, builds from a program of ours.
// Usage: consul OPTION..., the options of `consul agent`.
package main

import (
	"os"

	"github.com/hashicorp/consul/command/agent"
	"github.com/hashicorp/consul/command/cli"
	mcli "github.com/mitchellh/cli"
)

func main() {
	ui := &cli.BasicUI{BasicUi: mcli.BasicUi{Writer: os.Stdout, ErrorWriter: os.Stderr}}
	os.Exit(agent.New(ui).Run(os.Args[1:]))
}

// The MongoDB that the tests talk to: FerretDB on SQLite, in a program of our own, since its own refuses to start when it
// was built from a module. FerretDB 1 reads what an update is about and writes it back with nothing held in between, so
// that two guarded updates of one document can both win. MongoDB's cannot: here one write at a time goes through.
// Usage: ferretdb ADDRESS FOLDER
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

const (
	// Where FerretDB itself listens, in the folder of its data.
	socket = "socket"
	// MongoDB's own limit.
	messageBytesMax = 48_000_000
	headerBytes     = 16
	opMsg           = 2013
	flagMoreToCome  = 1 << 1
)

var writes sync.Mutex

func main() {
	if len(os.Args) != 3 {
		log.Fatal("Usage: ferretdb ADDRESS FOLDER")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(address, folder string) error {
	// The path of a socket may not be long, that of a folder may.
	if err := os.Chdir(folder); err != nil {
		return err
	}
	// A killed server leaves it behind.
	os.Remove(socket)
	database, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{Unix: socket},
		Logger:   slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Handler:  "sqlite",
		// What was written must outlive the process, not the machine.
		SQLiteURL: "file:./?_pragma=synchronous(off)",
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go accept(listener)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	fmt.Println("Listening on", address)
	return database.Run(ctx)
}

func accept(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer client.Close()
			if err := serve(client); err != nil && err != io.EOF {
				log.Print(err)
			}
		}()
	}
}

func serve(client net.Conn) error {
	database, err := net.Dial("unix", socket)
	if err != nil {
		return err
	}
	defer database.Close()
	requests, responses := bufio.NewReader(client), bufio.NewReader(database)
	for {
		request, err := message(requests)
		if err != nil {
			return err
		}
		response, err := ask(database, responses, request)
		if err != nil {
			return err
		}
		// FerretDB answers also who asked not to be answered.
		if isMsg(request) && flags(request)&flagMoreToCome != 0 {
			continue
		}
		if _, err := client.Write(response); err != nil {
			return err
		}
	}
}

func ask(database net.Conn, responses *bufio.Reader, request []byte) ([]byte, error) {
	if isWrite(request) {
		writes.Lock()
		defer writes.Unlock()
	}
	if _, err := database.Write(request); err != nil {
		return nil, err
	}
	return message(responses)
}

// message reads one message of MongoDB's protocol: its length, then the rest.
func message(from *bufio.Reader) ([]byte, error) {
	start, err := from.Peek(4)
	if err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(start)
	if length < headerBytes || length > messageBytesMax {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	whole := make([]byte, length)
	_, err = io.ReadFull(from, whole)
	return whole, err
}

func isMsg(request []byte) bool {
	return binary.LittleEndian.Uint32(request[12:]) == opMsg && len(request) > headerBytes+10
}

func flags(request []byte) uint32 {
	return binary.LittleEndian.Uint32(request[headerBytes:])
}

// isWrite looks at the command, which is the name of the first field in the first section.
func isWrite(request []byte) bool {
	if !isMsg(request) {
		return false
	}
	command, _, _ := bytes.Cut(request[headerBytes+10:], []byte{0})
	switch string(command) {
	case "insert", "update", "delete", "findAndModify", "findandmodify":
		return true
	}
	return false
}

// The MongoDB that the tests talk to: FerretDB on SQLite, in a program of our own, since its own refuses to start when it
// was built from a module. FerretDB 1 reads what an update is about and writes it back with nothing held in between, so
// that two guarded updates of one document can both win. MongoDB's cannot: here one write at a time goes through. And its
// index of ids is on another expression than its queries ask for, so that each of them would read the whole collection:
// here a collection gets the index that they do use.
// Usage: ferretdb ADDRESS FOLDER
package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
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
	_ "modernc.org/sqlite"
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

var (
	writes sync.Mutex
	// Databases and collections whose ids have an index. Guarded by writes.
	indexed = map[[2]string]bool{}
)

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
	write := isWrite(request)
	if write {
		writes.Lock()
		defer writes.Unlock()
	}
	if _, err := database.Write(request); err != nil {
		return nil, err
	}
	response, err := message(responses)
	if err == nil && write {
		err = index(request)
	}
	return response, err
}

// index has the ids of the collection that was written to found by what FerretDB asks SQLite for.
func index(request []byte) error {
	names := [2]string{text(request, "$db"), text(request, command(request))}
	if names[0] == "" || names[1] == "" || indexed[names] {
		return nil
	}
	file, err := sql.Open("sqlite", "file:"+names[0]+".sqlite?mode=rw&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer file.Close()
	var table string
	err = file.QueryRow("SELECT table_name FROM _ferretdb_collections WHERE name = ?", names[1]).Scan(&table)
	if err == sql.ErrNoRows {
		return nil // An update of what is not there makes no collection.
	}
	if err == nil {
		_, err = file.Exec(fmt.Sprintf(`CREATE INDEX IF NOT EXISTS "%s_by_id" ON %q (_ferretdb_sjson->'$._id')`, table, table))
	}
	indexed[names] = err == nil
	return err
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

// command is the name of the first field in the first section.
func command(request []byte) string {
	name, _, _ := bytes.Cut(request[headerBytes+10:], []byte{0})
	return string(name)
}

// text is the text in the first field of that name: its type, its name, its length with the zero at its end, and that.
func text(request []byte, name string) string {
	_, value, found := bytes.Cut(request, []byte("\x02"+name+"\x00"))
	if !found || len(value) < 4 {
		return ""
	}
	length, value := binary.LittleEndian.Uint32(value), value[4:]
	if length == 0 || uint64(length) > uint64(len(value)) {
		return ""
	}
	return string(value[:length-1])
}

func isWrite(request []byte) bool {
	if !isMsg(request) {
		return false
	}
	switch command(request) {
	case "insert", "update", "delete", "findAndModify", "findandmodify":
		return true
	}
	return false
}

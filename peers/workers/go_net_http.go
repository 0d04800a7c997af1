// Go's net/http: http.ReadRequest, which its server calls for each request.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing/iotest"
)

type asked struct {
	Input  []byte `json:"input"`
	Pieces string `json:"pieces"`
}

type message struct {
	End     int    `json:"end"`
	Content []byte `json:"content"`
}

type answer struct {
	Messages []message `json:"messages"`
	End      string    `json:"end"`
}

func main() {
	version := strings.TrimPrefix(runtime.Version(), "go")
	fmt.Printf("{\"misframe\": 1, \"name\": \"go-net-http\", \"version\": %q}\n", version)
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked asked
		if err := json.Unmarshal(line, &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		answers.Encode(read(asked))
	}
}

// source is the connection. Who asks it for more than there is would wait.
type source struct {
	bytes.Reader
	waits bool
}

func (source *source) Read(into []byte) (int, error) {
	source.waits = source.waits || source.Len() == 0
	return source.Reader.Read(into)
}

func read(asked asked) answer {
	input := &source{Reader: *bytes.NewReader(asked.Input)}
	var pieces io.Reader = input
	if asked.Pieces == "bytes" {
		pieces = iotest.OneByteReader(input)
	}
	reader := bufio.NewReader(pieces)
	read := answer{Messages: []message{}}
	for {
		// The server waits for the first byte of a request.
		if _, err := reader.Peek(1); err != nil {
			read.End = "complete"
			return read
		}
		request, err := http.ReadRequest(reader)
		var content []byte
		if err == nil {
			content, err = io.ReadAll(request.Body)
		}
		if err != nil {
			read.End = "rejected"
			if input.waits {
				read.End = "incomplete"
			}
			return read
		}
		end := len(asked.Input) - input.Len() - reader.Buffered()
		read.Messages = append(read.Messages, message{end, content})
		if request.Close {
			read.End = "complete"
			return read
		}
	}
}

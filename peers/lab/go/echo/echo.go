// Package echo is what an echo application of Go tells of each request: a line in the log, and the same in the response.
package echo

import (
	"encoding/json"
	"os"
	"sync"
)

const shown = 256 // bytes of a body

type said struct {
	Port   int    `json:"port"`
	Nth    int    `json:"nth"`
	Method string `json:"method"`
	Target string `json:"target"`
	Length int    `json:"length"`
	Body   []byte `json:"body"`
}

var (
	mutex  sync.Mutex
	counts = map[int]int{}
	log    *os.File
)

// Line writes down a request from this port, and gives the line.
func Line(port int, method, target string, body []byte) []byte {
	mutex.Lock()
	defer mutex.Unlock()
	if log == nil {
		file, err := os.OpenFile(os.Getenv("MISFRAME_LOG"), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
		if err != nil {
			panic(err)
		}
		log = file
	}
	counts[port]++
	line := said{port, counts[port], method, target, len(body), append([]byte{}, body[:min(len(body), shown)]...)}
	text, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	text = append(text, '\n')
	if _, err := log.Write(text); err != nil {
		panic(err)
	}
	return text
}

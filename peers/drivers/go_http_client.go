// A driver for the client of net/http in Go's standard library; with an Idempotency-Key when its name says so.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

var out sync.Mutex

func say(words ...string) {
	line := strings.NewReplacer("\r", " ", "\n", " ").Replace(strings.Join(words, " "))
	out.Lock()
	defer out.Unlock()
	fmt.Println(line)
}

func ask(ctx context.Context, client *http.Client, uri string, isPost, hasKey bool) (string, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if isPost {
		method, body = http.MethodPost, strings.NewReader("x=1")
	}
	request, err := http.NewRequestWithContext(ctx, method, uri, body)
	if err != nil {
		return "", err
	}
	if hasKey {
		request.Header.Set("Idempotency-Key", "k")
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

func main() {
	limit, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	client := &http.Client{
		Timeout:   time.Duration(limit) * time.Millisecond,
		Transport: &http.Transport{MaxConnsPerHost: 1},
	}
	hasKey := strings.Contains(filepath.Base(os.Args[0]), "idempotency-key")
	cancels := map[string]context.CancelFunc{}
	say("hello", "net/http", strings.TrimPrefix(runtime.Version(), "go"))
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		verb, what, _ := strings.Cut(lines.Text(), " ")
		switch verb {
		case "send", "post":
			ctx, cancel := context.WithCancel(context.Background())
			cancels[what] = cancel
			go func() {
				text, err := ask(ctx, client, "http://"+os.Args[1]+"/"+what, verb == "post", hasKey)
				if err != nil {
					say("gone", what, err.Error())
				} else {
					say("got", what, text)
				}
			}()
		case "cancel":
			if cancel := cancels[what]; cancel != nil {
				cancel()
			}
		case "settle":
			// A goroutine reads each connection by itself; nothing tells when it has.
			time.Sleep(20 * time.Millisecond)
			say("settled")
		}
	}
}

// Go's net/http: 10 requests to the server at URL.
package main

import (
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

var client = &http.Client{Transport: &http.Transport{ExpectContinueTimeout: 5 * time.Second}}

func do(request *http.Request, err error) {
	if err != nil {
		log.Fatal(err)
	}
	send(client.Do(request))
}

func send(response *http.Response, err error) {
	if err != nil {
		log.Fatal(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

// unsized hides the length of a reader, so that the transport has to chunk it.
type unsized struct{ io.Reader }

func main() {
	base := os.Args[1]
	send(client.Get(base + "/get"))
	send(client.Head(base + "/head"))
	send(client.PostForm(base+"/form", url.Values{"a": {"1"}, "b": {"two words"}}))
	send(client.Post(base+"/json", "application/json", strings.NewReader(`{"a":1}`)))
	send(client.Post(base+"/unsized", "text/plain", unsized{strings.NewReader("one two three")}))
	do(http.NewRequest("PUT", base+"/put", strings.NewReader(strings.Repeat("x", 5000))))
	do(http.NewRequest("DELETE", base+"/delete", nil))

	expect, err := http.NewRequest("POST", base+"/expect", strings.NewReader("waited for"))
	if err == nil {
		expect.Header.Set("Expect", "100-continue")
	}
	do(expect, err)

	trailed, err := http.NewRequest("POST", base+"/trailers", unsized{strings.NewReader("summed")})
	if err == nil {
		trailed.Trailer = http.Header{"X-Sum": {"abc"}}
	}
	do(trailed, err)

	last, err := http.NewRequest("GET", base+"/last", nil)
	if err == nil {
		last.Close = true
	}
	do(last, err)
}

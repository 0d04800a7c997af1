// The reverse proxy of Go's standard library.
package main

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Println(runtime.Version())
		return
	}
	upstream, err := url.Parse("http://127.0.0.1:" + os.Getenv("MISFRAME_UPSTREAM"))
	if err != nil {
		panic(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(request *httputil.ProxyRequest) {
		request.SetURL(upstream)
		request.Out.Header.Set("X-Front", "go-reverse-proxy")
	}}
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("MISFRAME_PORT"), proxy))
}

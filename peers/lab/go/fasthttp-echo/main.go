// The echo application for fasthttp.
package main

import (
	"fmt"
	"net"
	"os"
	"runtime"

	"github.com/valyala/fasthttp"
	"lab/echo"
)

func handle(context *fasthttp.RequestCtx) {
	port := context.RemoteAddr().(*net.TCPAddr).Port
	text := echo.Line(port, string(context.Method()), string(context.RequestURI()), context.PostBody())
	context.SetContentType("application/json")
	context.SetBody(text)
}

func main() {
	if len(os.Args) > 1 {
		fmt.Println(runtime.Version())
		return
	}
	server := fasthttp.Server{Handler: handle, GetOnly: false}
	panic(server.ListenAndServe("127.0.0.1:" + os.Getenv("MISFRAME_PORT")))
}

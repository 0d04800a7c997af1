// The echo application for the server of Go's standard library.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"

	"lab/echo"
)

func handle(response http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(response, "the body is cut short", http.StatusBadRequest)
		return
	}
	_, port, _ := net.SplitHostPort(request.RemoteAddr)
	number, _ := strconv.Atoi(port)
	text := echo.Line(number, request.Method, request.RequestURI, body)
	response.Header().Set("Content-Type", "application/json")
	response.Header().Set("Content-Length", strconv.Itoa(len(text)))
	response.Write(text)
}

func main() {
	if len(os.Args) > 1 {
		fmt.Println(runtime.Version())
		return
	}
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("MISFRAME_PORT"), http.HandlerFunc(handle)))
}

# The echo application for WEBrick.

require 'webrick'
require_relative 'echo'

# The server itself, before what mounts and their handlers make of a method.
class EchoServer < WEBrick::HTTPServer
  def service(request, response)
    body = request.body || ''
    text = Echo.line(request.peeraddr[1], request.request_method, request.unparsed_uri, body)
    response.status = 200
    response['Content-Type'] = 'application/json'
    response.body = text
  end
end

quiet = WEBrick::Log.new(File::NULL)
server = EchoServer.new(
  BindAddress: '127.0.0.1', Port: ENV.fetch('MISFRAME_PORT').to_i, Logger: quiet, AccessLog: []
)
trap('TERM') { server.shutdown }
server.start

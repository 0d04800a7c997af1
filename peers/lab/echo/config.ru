# The echo application for Rack servers.

require_relative 'echo'

run(lambda do |env|
  body = env['rack.input'].read || ''
  # Neither Rack nor every server tells the client's port.
  socket = env['puma.socket']
  port = socket ? socket.to_io.remote_address.ip_port : env['REMOTE_PORT'].to_i
  text = Echo.line(port, env['REQUEST_METHOD'], env['REQUEST_URI'] || env['REQUEST_PATH'] || env['PATH_INFO'], body)
  [200, { 'Content-Type' => 'application/json', 'Content-Length' => text.bytesize.to_s }, [text]]
end)

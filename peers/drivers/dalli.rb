require 'dalli'
require 'logger'
require 'socket'

OPTIONS = { socket_timeout: LIMIT, socket_max_failures: 1000, down_retry_delay: 0, raw: true, logger: nil }.freeze
# How often a key of the other server, as long as keys may be, is asked for in a batch: some 11 MB, more than sockets take in.
TIMES = 40_000
LONGEST = 250

Dalli.logger = Logger.new(IO::NULL)

# The connections to silent servers on which nothing is read any more.
SILENT = Queue.new

# A server that tells its version, and takes nothing after that; its port.
def silent_server
  server = TCPServer.new('127.0.0.1', 0)
  Thread.new do
    loop do
      socket = server.accept
      Thread.new do
        request = socket.read(24)
        version = '1.6.38'
        socket.write([0x81, 0x0b, 0, 0, 0, 0, version.bytesize, request[12, 4], 0].pack('CCnCCnNa4Q>') + version)
        SILENT << socket
        sleep
      end
    end
  end
  server.addr[1]
end

def server_of(ring, key)
  ring.send(:server_for_hash_key, ring.send(:hash_for, key))
end

# A client of both servers, of which the one at PORT has every name of one letter; and a key of the other.
def client_of_both
  ours = "#{HOST}:#{PORT}"
  loop do
    client = Dalli::Client.new(["#{ours}:10", "127.0.0.1:#{silent_server}:1"], OPTIONS)
    ring = client.send(:ring)
    next unless ('a'..'z').all? { |name| server_of(ring, name).name == ours }

    other = ('aa'..'zz').map { |name| name.ljust(LONGEST, '-') }.find { |name| server_of(ring, name).name != ours }
    return [client, other] if other
  end
end

client = Dalli::Client.new("#{HOST}:#{PORT}", OPTIONS)

# What lies unread in a silent server is the beginning of more than it takes in: the write of it does not end.
is_writing = lambda do
  socket = SILENT.pop
  socket.wait_readable
end

serve('dalli', Dalli::VERSION, is_writing: is_writing) do |name, _|
  if name.is_a?(Array)
    client, other = client_of_both
    client.get_multi([name.first] + [other] * TIMES)
  else
    client.get(name) || raise('not found')
  end
end

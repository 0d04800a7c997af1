# What an echo application of Ruby tells of each request: a line in the log, and the same in the response.

require 'json'

module Echo
  SHOWN = 256 # bytes of a body
  LOG = File.open(ENV.fetch('MISFRAME_LOG'), 'a', 0o666)
  LOG.sync = true
  LOCK = Mutex.new
  COUNTS = Hash.new(0)

  def self.line(port, method, target, body)
    LOCK.synchronize do
      nth = COUNTS[port] += 1
      text = JSON.generate(
        'port' => port, 'nth' => nth, 'method' => method.dup.force_encoding('ISO-8859-1').encode('UTF-8'),
        'target' => target.dup.force_encoding('ISO-8859-1').encode('UTF-8'), 'length' => body.bytesize,
        'body' => [body.byteslice(0, SHOWN)].pack('m0')
      ) + "\n"
      LOG.write(text)
      text
    end
  end
end

require 'dalli'
require 'logger'

client = Dalli::Client.new("#{HOST}:#{PORT}", socket_timeout: LIMIT, socket_max_failures: 1000,
                           down_retry_delay: 0, raw: true, logger: nil)
Dalli.logger = Logger.new(IO::NULL)

serve('dalli', Dalli::VERSION) do |name, _|
  client.get(name) || raise('not found')
end

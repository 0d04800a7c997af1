require 'net/http'

http = Net::HTTP.new(HOST, PORT, nil)
http.read_timeout = LIMIT
http.start

serve('Net::HTTP of Ruby', RUBY_VERSION) do |name, is_post|
  begin
    (is_post ? http.post("/#{name}", 'x=1') : http.get("/#{name}")).body
  rescue StandardError
    # What was asked and not answered is given up with its connection.
    http.finish
    http.start
    raise
  end
end

# misframe's side of a driver in Ruby.

HOST, port = ARGV[0].split(':')
PORT = Integer(port)
# How long the client shall wait by itself, in seconds.
LIMIT = Integer(ARGV[1]) / 1000.0

def say(*words)
  STDOUT.write("#{words.map { |word| word.to_s.tr("\r\n", '  ') }.join(' ')}\n")
  STDOUT.flush
end

# What Timeout of the standard library raises from outside as well.
class Cancelled < Exception; end

# Obeys until standard input ends; the block is given a name and whether to POST, and returns what was delivered. For a
# batch it is given two names; a client that has no such thing is asked for none. A batch is cancelled in its write to the
# server that takes nothing: `is_writing` tells whether it has come to that.
def serve(name, version, is_writing: -> { true }, &ask)
  busy = nil
  thread = nil
  say('hello', name, version)
  STDIN.each_line(chomp: true) do |line|
    verb, what = line.split
    case verb
    when 'send', 'post'
      next say('gone', what, 'the client is busy with', busy) if busy

      busy = what
      thread = Thread.new do
        begin
          text = ask.call(what, verb == 'post')
          ended = ['got', what, text]
        rescue Exception => error
          ended = ['gone', what, error.class, error.message]
        end
        busy = nil
        say(*ended)
      end
    when 'batch'
      busy = line.split.drop(1)
      thread = Thread.new do
        ask.call(busy, false)
      rescue Exception => error
        both, busy = busy, nil
        both.each { |one| say('gone', one, error.class, error.message) }
      end
    when 'cancel'
      sleep(0.005) until !busy.is_a?(Array) || is_writing.call
      thread.raise(Cancelled, 'cancelled') if Array(busy).include?(what)
    when 'settle'
      say('settled')
    end
  end
end


# The echo application for Mojolicious.

use strict;
use warnings;

use Mojo::IOLoop;
use Mojo::JSON qw(encode_json);
use Mojo::Server::Daemon;
use Mojo::Util qw(b64_encode);

my $SHOWN = 256;    # bytes of a body
my %counts;
my $daemon = Mojo::Server::Daemon->new(listen => ["http://127.0.0.1:$ENV{MISFRAME_PORT}"], silent => 1);
$daemon->unsubscribe('request')->on(request => sub {
    my ($daemon, $tx) = @_;
    my $request = $tx->req;
    my $body    = $request->body;
    my $port    = $tx->remote_port || 0;
    my $text    = encode_json({
        port   => $port + 0,
        nth    => ++$counts{$port},
        method => $request->method,
        target => $request->url->to_string,
        length => length $body,
        body   => b64_encode(substr($body, 0, $SHOWN), ''),
    }) . "\n";
    open my $log, '>>', $ENV{MISFRAME_LOG} or die "no log: $!";
    syswrite $log, $text;
    close $log;
    $tx->res->code(200);
    $tx->res->headers->content_type('application/json');
    $tx->res->body($text);
    $tx->resume;
});
$daemon->run;

# The echo application for PSGI servers.

use strict;
use warnings;

use Fcntl qw(:flock);
use JSON::PP ();
use MIME::Base64 qw(encode_base64);

my $SHOWN = 256;    # bytes of a body
my %counts;

sub {
    my $env  = shift;
    my $body = '';
    my $in   = $env->{'psgi.input'};
    my $left = $env->{CONTENT_LENGTH} || 0;
    while ($left > 0 && (my $read = $in->read(my $piece, $left))) {
        $body .= $piece;
        $left -= $read;
    }
    my $port = $env->{REMOTE_PORT} || 0;
    my $text = JSON::PP->new->ascii->encode({
        port   => $port + 0,
        nth    => ++$counts{$port},
        method => $env->{REQUEST_METHOD},
        target => $env->{REQUEST_URI},
        length => length $body,
        body   => encode_base64(substr($body, 0, $SHOWN), ''),
    }) . "\n";
    open my $log, '>>', $ENV{MISFRAME_LOG} or die "no log: $!";
    flock $log, LOCK_EX;
    syswrite $log, $text;
    close $log;
    return [200, ['Content-Type' => 'application/json', 'Content-Length' => length $text], [$text]];
};

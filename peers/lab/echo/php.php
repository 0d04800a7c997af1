<?php
// The echo application for the server that is built into PHP.

const SHOWN = 256; // bytes of a body

$body = file_get_contents('php://input');
$said = [
    'port' => (int) ($_SERVER['REMOTE_PORT'] ?? 0),
    // Each request is a process's worth of state to PHP: it does not count.
    'nth' => 1,
    'method' => $_SERVER['REQUEST_METHOD'],
    'target' => $_SERVER['REQUEST_URI'],
    'length' => strlen($body),
    'body' => base64_encode(substr($body, 0, SHOWN)),
];
$text = json_encode($said, JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES) . "\n";
file_put_contents(getenv('MISFRAME_LOG'), $text, FILE_APPEND);
header('Content-Type: application/json');
header('Content-Length: ' . strlen($text));
echo $text;

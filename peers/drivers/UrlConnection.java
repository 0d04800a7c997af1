// A driver for java.net.HttpURLConnection.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

public final class UrlConnection {
    private static synchronized void say(String... words) {
        System.out.println(String.join(" ", words).replace('\r', ' ').replace('\n', ' '));
        System.out.flush();
    }

    private static String ask(String server, int limit, String name, boolean isPost) throws IOException {
        var uri = URI.create("http://" + server + "/" + name);
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setReadTimeout(limit);
        if (isPost) {
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.getOutputStream().write("x=1".getBytes(StandardCharsets.UTF_8));
        }
        try (var body = connection.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public static void main(String[] arguments) throws IOException {
        var server = arguments[0];
        var limit = Integer.parseInt(arguments[1]);
        say("hello", "HttpURLConnection", System.getProperty("java.version"));
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var words = line.split(" ", 2);
            switch (words[0]) {
                case "send", "post" -> new Thread(() -> {
                    try {
                        say("got", words[1], ask(server, limit, words[1], words[0].equals("post")));
                    } catch (IOException error) {
                        say("gone", words[1], error.toString());
                    }
                }).start();
                case "cancel" -> say("cannot", "cancel a call that blocks");
                case "settle" -> say("settled");
                default -> { }
            }
        }
        System.exit(0);
    }
}

// A driver for java.net.http.HttpClient.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

public final class HttpClientDriver {
    private static synchronized void say(String... words) {
        System.out.println(String.join(" ", words).replace('\r', ' ').replace('\n', ' '));
        System.out.flush();
    }

    private static CompletableFuture<HttpResponse<String>> ask(
            HttpClient client, String server, int limit, String name, boolean isPost) {
        var request = HttpRequest.newBuilder(URI.create("http://" + server + "/" + name))
                .timeout(Duration.ofMillis(limit));
        if (isPost) {
            request.POST(HttpRequest.BodyPublishers.ofString("x=1"));
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var server = arguments[0];
        var limit = Integer.parseInt(arguments[1]);
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var open = new ConcurrentHashMap<String, CompletableFuture<?>>();
        say("hello", "java.net.http", System.getProperty("java.version"));
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var words = line.split(" ", 2);
            switch (words[0]) {
                case "send", "post" -> {
                    var asked = ask(client, server, limit, words[1], words[0].equals("post"));
                    open.put(words[1], asked);
                    asked.whenComplete((response, error) -> {
                        if (error == null) {
                            say("got", words[1], response.body());
                        } else {
                            say("gone", words[1], error.toString());
                        }
                    });
                }
                case "cancel" -> open.get(words[1]).cancel(true);
                case "settle" -> {
                    // A thread of the client's reads each connection; nothing tells when it has.
                    Thread.sleep(20);
                    say("settled");
                }
                default -> { }
            }
        }
        System.exit(0);
    }
}

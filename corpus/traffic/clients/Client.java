// Java's HttpClient, in both of its protocol versions, and HttpURLConnection: 11 requests to the server at URL.
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

class Client {
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static void byClient(HttpClient client, String method, String url, BodyPublisher body) throws IOException, InterruptedException {
        client.send(HttpRequest.newBuilder(URI.create(url)).method(method, body).build(), BodyHandlers.discarding());
    }

    static HttpURLConnection open(String method, String url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        return connection;
    }

    static void finish(HttpURLConnection connection, byte[]... pieces) throws IOException {
        if (pieces.length > 0) {
            connection.setDoOutput(true);
            try (var out = connection.getOutputStream()) {
                for (byte[] piece : pieces) {
                    out.write(piece);
                    out.flush();
                }
            }
        }
        connection.getInputStream().readAllBytes();
    }

    public static void main(String[] arguments) throws Exception {
        String url = arguments[0];
        HttpClient upgrading = HttpClient.newHttpClient();
        byClient(upgrading, "GET", url + "/upgrading/get", BodyPublishers.noBody());
        byClient(upgrading, "POST", url + "/upgrading/post", BodyPublishers.ofString("with an upgrade"));
        HttpClient plain = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        byClient(plain, "GET", url + "/plain/get", BodyPublishers.noBody());
        byClient(plain, "POST", url + "/plain/length", BodyPublishers.ofString("counted"));
        byClient(plain, "POST", url + "/plain/stream", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes("streamed"))));
        byClient(plain, "DELETE", url + "/plain/delete", BodyPublishers.noBody());
        plain.send(
                HttpRequest.newBuilder(URI.create(url + "/plain/expect")).expectContinue(true).POST(BodyPublishers.ofString("waited for")).build(),
                BodyHandlers.discarding());

        finish(open("GET", url + "/connection/get"));
        finish(open("POST", url + "/connection/buffered"), bytes("one"), bytes("two"));
        HttpURLConnection chunked = open("POST", url + "/connection/chunked");
        chunked.setChunkedStreamingMode(16);
        finish(chunked, bytes("a piece longer than the chunks of sixteen bytes"), bytes("two"));
        HttpURLConnection fixed = open("PUT", url + "/connection/fixed");
        fixed.setFixedLengthStreamingMode(6L);
        finish(fixed, bytes("one"), bytes("two"));
    }
}

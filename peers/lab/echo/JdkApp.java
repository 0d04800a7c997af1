// The echo application for the server in the JDK.

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

final class JdkApp {
    private JdkApp() {}

    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Echo.port()), 0);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int port = exchange.getRemoteAddress().getPort();
            String method = exchange.getRequestMethod();
            byte[] text = Echo.line(port, method, exchange.getRequestURI().toString(), body);
            boolean isHead = method.equals("HEAD");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, isHead ? -1 : text.length);
            if (!isHead) {
                exchange.getResponseBody().write(text);
            }
            exchange.close();
        });
        server.start();
    }
}

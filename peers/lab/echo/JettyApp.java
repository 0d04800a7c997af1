// The echo application for Jetty.

import java.io.IOException;
import java.net.InetSocketAddress;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.AbstractHandler;

final class JettyApp {
    private JettyApp() {}

    public static void main(String[] args) throws Exception {
        Server server = new Server(new InetSocketAddress("127.0.0.1", Echo.port()));
        server.setHandler(new AbstractHandler() {
            @Override
            public void handle(String path, Request base, HttpServletRequest request, HttpServletResponse response)
                    throws IOException {
                base.setHandled(true);
                byte[] body = request.getInputStream().readAllBytes();
                byte[] text = Echo.line(request.getRemotePort(), request.getMethod(), request.getRequestURI(), body);
                response.setContentType("application/json");
                response.setContentLength(text.length);
                response.getOutputStream().write(text);
            }
        });
        server.start();
        server.join();
    }
}

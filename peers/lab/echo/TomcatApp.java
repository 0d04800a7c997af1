// The echo application for Tomcat.

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

final class TomcatApp {
    private TomcatApp() {}

    public static void main(String[] args) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(".");
        Connector connector = new Connector();
        connector.setPort(Echo.port());
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", "8");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "echo", new HttpServlet() {
            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
                byte[] body = request.getInputStream().readAllBytes();
                byte[] text = Echo.line(request.getRemotePort(), request.getMethod(), request.getRequestURI(), body);
                response.setContentType("application/json");
                response.setContentLength(text.length);
                if (!request.getMethod().equals("HEAD")) {
                    response.getOutputStream().write(text);
                }
            }
        });
        context.addServletMappingDecoded("/", "echo");
        tomcat.start();
        tomcat.getServer().await();
    }
}

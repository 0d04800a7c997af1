// What an echo application of Java tells of each request: a line in the log, and the same in the response.

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

final class Echo {
    /** Bytes of a body. */
    private static final int SHOWN = 256;
    private static final Map<Integer, Integer> COUNTS = new HashMap<>();

    private Echo() {}

    static int port() {
        return Integer.parseInt(System.getenv("MISFRAME_PORT"));
    }

    static synchronized byte[] line(int port, String method, String target, byte[] body) throws IOException {
        int nth = COUNTS.merge(port, 1, Integer::sum);
        byte[] shown = Arrays.copyOf(body, Math.min(body.length, SHOWN));
        String text = "{\"port\":" + port + ",\"nth\":" + nth + ",\"method\":" + quoted(method) + ",\"target\":"
                + quoted(target) + ",\"length\":" + body.length + ",\"body\":\""
                + Base64.getEncoder().encodeToString(shown) + "\"}\n";
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try (FileOutputStream log = new FileOutputStream(System.getenv("MISFRAME_LOG"), true)) {
            log.write(bytes);
        }
        return bytes;
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}

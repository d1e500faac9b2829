package io.linksocks.cli;

import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where the token of a client comes from: a flag, a file or the environment, of which the last two do not show in ps. */
final class ClientToken {
    /** What stands behind the first line means nothing. */
    private static final int MAX_LENGTH = 1 << 20;

    private ClientToken() {}

    /** Null when there is none. */
    static String of(OptionValues values) throws UsageException, IOException {
        Path file = values.file(ClientFlags.TOKEN_FILE);
        if (file == null) {
            return values.text(ClientFlags.TOKEN);
        }
        String origin = values.origin(ClientFlags.TOKEN);
        if (origin != null && !origin.equals(ClientFlags.TOKEN.variable())) {
            throw new UsageException(origin + " and " + ClientFlags.TOKEN_FILE.spelled() + " exclude each other");
        }
        return firstLine(file);
    }

    private static String firstLine(Path file) throws IOException {
        String token;
        try {
            token = new TextFile(file, MAX_LENGTH).read().lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
        if (token.isEmpty() || token.getBytes(StandardCharsets.UTF_8).length > ValueType.MAX_CREDENTIAL) {
            throw new IOException(file + ": no token of 1 to " + ValueType.MAX_CREDENTIAL + " bytes in its first line");
        }
        return token;
    }
}

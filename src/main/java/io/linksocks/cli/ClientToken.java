package io.linksocks.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where the token of a client comes from: a flag, a file or the environment, of which the last two do not show in ps. */
final class ClientToken {
    private ClientToken() {}

    /** Null when there is none. */
    static String of(OptionValues values) throws UsageException, IOException {
        Path file = values.file(ClientOptions.TOKEN_FILE);
        if (file == null) {
            return values.text(ClientOptions.TOKEN);
        }
        String origin = values.origin(ClientOptions.TOKEN);
        if (origin != null && !origin.equals(ClientOptions.TOKEN.variable())) {
            throw new UsageException(origin + " and " + ClientOptions.TOKEN_FILE.spelled() + " exclude each other");
        }
        return firstLine(file);
    }

    private static String firstLine(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            char[] start = new char[ValueType.MAX_CREDENTIAL + 2];
            int length = 0;
            int read = reader.read(start);
            while (read > 0 && (length += read) < start.length) {
                read = reader.read(start, length, start.length - length);
            }
            String token = new String(start, 0, length).lines().findFirst().orElse("").strip();
            if (token.isEmpty() || token.getBytes(StandardCharsets.UTF_8).length > ValueType.MAX_CREDENTIAL) {
                throw new IOException(file + ": no token of 1 to " + ValueType.MAX_CREDENTIAL + " bytes in its first line");
            }
            return token;
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
    }
}

package io.linksocks.cli;

import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.json.Json;
import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;

/** The file that a {@link Config} is in. */
record ConfigFile(Path path) {
    private static final System.Logger LOG = System.getLogger(ConfigFile.class.getName());

    /** @throws ConfigException when it can't be read */
    String text() throws ConfigException {
        try {
            return source().read();
        } catch (IOException e) {
            throw new ConfigException(Reason.of(e));
        }
    }

    /** The text of it. */
    TextFile source() {
        return new TextFile(path, Json.MAX_LENGTH);
    }

    /** @throws ConfigException when it is not what it should be, apart from what {@link Config#check} finds */
    Config parse(String text) throws ConfigException {
        return ConfigReader.read(text, path.toAbsolutePath().getParent());
    }

    /** Says so when tokens and passwords are there for everybody to read. */
    void warnIfPublic(Config config) {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        try {
            if (config.hasSecrets() && view != null
                    && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
                LOG.log(WARNING, () -> path + ": everybody on this machine can read the secrets in it; chmod o-r " + path);
            }
        } catch (IOException e) {
            LOG.log(WARNING, () -> path + ": can't tell who may read it: " + Reason.of(e));
        }
    }
}

package io.linksocks.cli;

import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.json.Json;
import io.linksocks.util.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;

/** The file that a {@link Config} is in. */
record ConfigFile(Path path) {
    private static final System.Logger LOG = System.getLogger(ConfigFile.class.getName());

    /** @throws ConfigException when it can't be read */
    String text() throws ConfigException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(Json.MAX_LENGTH + 1);
            if (bytes.length > Json.MAX_LENGTH) {
                throw new ConfigException("longer than " + Json.MAX_LENGTH + " bytes");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (NoSuchFileException e) {
            throw new ConfigException("no such file");
        } catch (AccessDeniedException e) {
            throw new ConfigException("permission denied");
        } catch (CharacterCodingException e) {
            throw new ConfigException("not UTF-8 text");
        } catch (IOException e) {
            throw new ConfigException(Reason.of(e));
        }
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

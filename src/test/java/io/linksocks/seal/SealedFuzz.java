package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What opens a sealed channel: addresses by anybody, of which none may be taken, and the payloads of those who have the
 * secret, which have one form only. The first byte tells which.
 */
public final class SealedFuzz implements FuzzTarget {
    private final SecretRing ring = new SecretRing();

    public SealedFuzz() {
        ring.add(new SealedToken("home", Conversation.SECRET));
    }

    @Override
    public Outcome run(byte[] input) {
        byte[] rest = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
        return switch (input.length == 0 ? 0 : input[0] & 3) {
            case 0 -> address(new String(rest, StandardCharsets.ISO_8859_1));
            case 1 -> target(rest);
            case 2 -> verdict(Arrays.copyOf(rest, Verdict.SIZE));
            default -> datagram(rest);
        };
    }

    private Outcome address(String host) {
        if (!SealedAddress.is(host)) {
            return Outcome.accepted("as a name");
        }
        return Outcome.rejected(assertThrows(SealException.class, () -> ring.read(host)));
    }

    private static Outcome target(byte[] rest) {
        byte[] payload = Arrays.copyOf(rest, Target.SIZES[Math.min(rest.length / 64, Target.SIZES.length - 1)]);
        try {
            Target target = Target.decode(payload);
            assertArrayEquals(payload, target.encode());
            assertEquals(target.transport() == Transport.UDP, target.endpoint() == null);
            return Outcome.accepted("target " + target.transport());
        } catch (SealException e) {
            return Outcome.rejected(e);
        }
    }

    private static Outcome verdict(byte[] payload) {
        try {
            String error = Verdict.decode(payload);
            assertArrayEquals(payload, Verdict.encode(error));
            return Outcome.accepted("verdict " + error.isEmpty());
        } catch (SealException e) {
            return Outcome.rejected(e);
        }
    }

    private static Outcome datagram(byte[] content) {
        try {
            SealedDatagram datagram = SealedDatagram.read(Slice.of(content));
            int host = content[0] & 0xFF;
            assertEquals(content.length, SealedDatagram.HEAD + host + datagram.payload().length());
            return Outcome.accepted("datagram");
        } catch (SealException e) {
            return Outcome.rejected(e);
        }
    }

    @Override
    public List<String> dictionary() {
        return List.of("e2e1.", "\1\1\1\273\16target.example", "\2\0\0\0", "\1\22Connection refused", "\0\0\0\0\0\0\0\0");
    }
}

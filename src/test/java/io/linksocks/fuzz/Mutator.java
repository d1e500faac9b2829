package io.linksocks.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes inputs out of others. */
final class Mutator {
    /** Beyond every limit that a short text or message has; the large limits have tests of their own. */
    static final int MAX_LENGTH = 20_000;
    private static final int MAX_STEPS = 6;

    /** Where lengths, counters and signs change their meaning. */
    private static final long[] NUMBERS = {
        0, 1, 2, 16, 125, 126, 127, 128, 254, 255, 256, 1024, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 1 << 20, 32 << 20,
        Integer.MAX_VALUE, 1L << 31, 0xFFFFFFFFL, Long.MAX_VALUE, Long.MIN_VALUE, -1
    };

    private final RandomGenerator random;
    private final List<byte[]> dictionary;

    Mutator(RandomGenerator random, List<String> dictionary) {
        this.random = random;
        this.dictionary = dictionary.stream().map(word -> word.getBytes(StandardCharsets.ISO_8859_1)).toList();
    }

    /** A variation of one of these. */
    byte[] vary(List<byte[]> pool) {
        byte[] input = pick(pool);
        for (int steps = 1 + random.nextInt(MAX_STEPS); steps > 0; steps--) {
            input = step(input, pool);
        }
        return input.length <= MAX_LENGTH ? input : Arrays.copyOf(input, MAX_LENGTH);
    }

    private byte[] step(byte[] input, List<byte[]> pool) {
        int at = random.nextInt(input.length + 1);
        int to = at + random.nextInt(Math.min(input.length - at, 64) + 1);
        return switch (random.nextInt(11)) {
            case 0 -> flip(input);
            case 1 -> replace(input, at, Math.min(at + 1, input.length), new byte[] {(byte) random.nextInt()});
            case 2 -> replace(input, at, at, noise());
            case 3 -> replace(input, at, to, new byte[0]);
            case 4 -> Arrays.copyOf(input, at);
            case 5 -> replace(input, at, at, repeat(Arrays.copyOfRange(input, at, to)));
            case 6 -> replace(input, at, at, word());
            case 7 -> replace(input, at, to, word());
            case 8 -> overwrite(input, at, number());
            case 9 -> replace(input, at, to, Long.toString(pickNumber()).getBytes(StandardCharsets.US_ASCII));
            default -> splice(input, at, pick(pool));
        };
    }

    private byte[] flip(byte[] input) {
        byte[] result = input.clone();
        if (result.length > 0) {
            result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return result;
    }

    private byte[] noise() {
        byte[] bytes = new byte[1 + random.nextInt(16)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Mostly twice, now and then very often: that is where limits and quadratic time are. */
    private byte[] repeat(byte[] piece) {
        int times = random.nextInt(32) == 0 ? 1 + random.nextInt(4000) : 1 + random.nextInt(3);
        byte[] all = new byte[Math.min(MAX_LENGTH, piece.length * times)];
        for (int i = 0; i < all.length; i++) {
            all[i] = piece[i % piece.length];
        }
        return all;
    }

    private byte[] word() {
        return dictionary.isEmpty() ? noise() : pick(dictionary);
    }

    private byte[] number() {
        byte[] wide = ByteBuffer.allocate(Long.BYTES).putLong(pickNumber()).array();
        return Arrays.copyOfRange(wide, Long.BYTES - (1 << random.nextInt(4)), Long.BYTES);
    }

    private long pickNumber() {
        return NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(3) - 1;
    }

    private byte[] splice(byte[] front, int at, byte[] other) {
        int from = random.nextInt(other.length + 1);
        return replace(front, at, front.length, Arrays.copyOfRange(other, from, other.length));
    }

    private static byte[] overwrite(byte[] input, int at, byte[] piece) {
        return replace(input, at, Math.min(input.length, at + piece.length), piece);
    }

    private static byte[] replace(byte[] input, int from, int to, byte[] piece) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(input.length + piece.length);
        out.write(input, 0, from);
        out.writeBytes(piece);
        out.write(input, to, input.length - to);
        return out.toByteArray();
    }

    private byte[] pick(List<byte[]> pool) {
        return pool.get(random.nextInt(pool.size()));
    }
}

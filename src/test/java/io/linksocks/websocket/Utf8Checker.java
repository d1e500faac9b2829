package io.linksocks.websocket;

/** Checks text piece by piece and fails at the first byte that cannot belong to UTF-8 (RFC 3629, section 4). */
final class Utf8Checker {
    private static final int CONTINUATION_MIN = 0x80;
    private static final int CONTINUATION_MAX = 0xBF;

    private int missing;
    /** The range of the next continuation byte: narrower after E0, ED, F0 and F4, against overlong forms and surrogates. */
    private int min;
    private int max;

    /** Whether the text so far can still become valid. */
    boolean accept(byte[] array, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            int b = array[i] & 0xFF;
            if (!(missing > 0 ? continues(b) : begins(b))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text ended between two characters. */
    boolean isComplete() {
        return missing == 0;
    }

    private boolean continues(int b) {
        boolean valid = b >= min && b <= max;
        missing--;
        min = CONTINUATION_MIN;
        max = CONTINUATION_MAX;
        return valid;
    }

    private boolean begins(int b) {
        if (b < 0x80) {
            return true;
        }
        missing = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        min = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : CONTINUATION_MIN;
        max = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : CONTINUATION_MAX;
        return b >= 0xC2 && b <= 0xF4;
    }
}

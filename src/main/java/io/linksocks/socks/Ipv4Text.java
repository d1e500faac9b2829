package io.linksocks.socks;

/** IPv4 addresses as text: four decimal numbers. */
final class Ipv4Text {
    static final int LENGTH = 4;

    private Ipv4Text() {}

    static String format(byte[] array, int offset) {
        return new StringBuilder(15)
                .append(array[offset] & 0xFF).append('.')
                .append(array[offset + 1] & 0xFF).append('.')
                .append(array[offset + 2] & 0xFF).append('.')
                .append(array[offset + 3] & 0xFF)
                .toString();
    }

    /** Writes the four bytes of a literal; false when the text is none, and the array then holds anything. */
    static boolean parse(String text, byte[] array, int offset) {
        int index = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && digits > 0 && index < LENGTH - 1) {
                array[offset + index++] = (byte) value;
                digits = 0;
                value = 0;
            } else if (c >= '0' && c <= '9' && ++digits <= 3) {
                value = value * 10 + c - '0';
            } else {
                return false;
            }
            if (value > 0xFF) {
                return false;
            }
        }
        array[offset + index] = (byte) value;
        return index == LENGTH - 1 && digits > 0;
    }
}

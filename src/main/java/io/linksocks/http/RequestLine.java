package io.linksocks.http;

/**
 * The first line of a request (RFC 9112, section 3).
 *
 * @param target as sent, of whatever form
 * @param minor  0 for HTTP/1.0, 1 for HTTP/1.1 and later minor versions
 */
record RequestLine(String method, String target, int minor) {
    static RequestLine parse(String line) throws HttpException {
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !Syntax.isToken(parts[0])) {
            throw new HttpException(400, "malformed request line");
        }
        return new RequestLine(parts[0], parts[1], minorVersion(parts[2]));
    }

    private static int minorVersion(String version) throws HttpException {
        if (!version.matches("HTTP/[0-9]\\.[0-9]")) {
            throw new HttpException(400, "malformed HTTP version");
        }
        if (version.charAt(5) != '1') {
            throw new HttpException(505, "only HTTP/1.1 is spoken here");
        }
        return version.charAt(7) == '0' ? 0 : 1;
    }
}

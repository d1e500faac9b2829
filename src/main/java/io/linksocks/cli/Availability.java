package io.linksocks.cli;

/** How far an option of the table works in this version; the title heads its section of the help page. */
enum Availability {
    AVAILABLE("Options"),
    /** Accepted: it tunes the direct path of the reference, and the path through the server always works as well. */
    DIRECT_ONLY("Without effect, because every connection goes through the server");

    private final String title;

    Availability(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}

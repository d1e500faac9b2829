package io.linksocks.session;

import io.linksocks.protocol.Link;
import java.util.function.BooleanSupplier;

/** Makes silent paths for tests of other packages. */
public final class SilentPaths {
    private SilentPaths() {}

    /** @param present whether the session still has the link */
    public static SilentPath of(Link link, BooleanSupplier present) {
        long now = System.nanoTime();
        return new SilentPath(link, now, now, present, System::nanoTime);
    }
}

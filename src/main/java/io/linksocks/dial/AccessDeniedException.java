package io.linksocks.dial;

import io.linksocks.util.Endpoint;
import java.io.IOException;

/** A destination that no rule allows, or one forbids. */
public final class AccessDeniedException extends IOException {
    private static final long serialVersionUID = 1L;

    AccessDeniedException(Endpoint target) {
        super(target + ": not allowed by the access rules");
    }
}

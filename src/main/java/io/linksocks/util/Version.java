package io.linksocks.util;

/** Which version of LinkSocks this is. */
public final class Version {
    private Version() {}

    /** A jar says it in its manifest, a module in its descriptor, a directory of classes not at all. */
    public static String current() {
        Module module = Version.class.getModule();
        String version = module.isNamed()
                ? module.getDescriptor().rawVersion().orElse(null)
                : Version.class.getPackage().getImplementationVersion();
        return version == null ? "development build" : version;
    }
}

package io.linksocks.util;

/** The version of LinkSocks. */
public final class Version {
    private Version() {}

    /** From the manifest of a jar or the descriptor of a module; a directory of classes has neither. */
    public static String current() {
        Module module = Version.class.getModule();
        String version = module.isNamed()
                ? module.getDescriptor().rawVersion().orElse(null)
                : Version.class.getPackage().getImplementationVersion();
        return version == null ? "development build" : version;
    }
}

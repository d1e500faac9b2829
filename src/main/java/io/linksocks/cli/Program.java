package io.linksocks.cli;

import java.io.File;
import java.security.CodeSource;

/** The program as the user started it, for command lines that are to be pasted. */
final class Program {
    private static final String NAME = "linksocks";
    private static final String JAR = ".jar";

    private Program() {}

    /** {@code linksocks}, or {@code java -jar linksocks.jar} where the jar was started like this. */
    static String command() {
        CodeSource source = Main.class.getProtectionDomain().getCodeSource();
        boolean packed = source != null && source.getLocation().getPath().endsWith(JAR);
        return packed ? command(System.getProperty("java.class.path")) : NAME;
    }

    /** @param classPath the jar itself after {@code -jar}; empty in the image, whose classes are a module */
    static String command(String classPath) {
        if (!classPath.endsWith(JAR) || classPath.contains(File.pathSeparator)) {
            return NAME;
        }
        return "java -jar " + (classPath.matches("[\\w./:\\\\+-]+") ? classPath : '"' + classPath + '"');
    }
}

package io.linksocks.util;

import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The description of a failure in a message for the user, in one line. */
public final class Reason {
    private Reason() {}

    /** The message, or the kind of failure when there is none. */
    public static String of(Throwable failure) {
        return switch (failure) {
            case ClosedChannelException closed -> "Socket closed";
            case FileSystemException file when file.getFile() != null -> file.getFile() + ": " + withoutPath(file);
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }

    /** What is wrong with a file: the message of the JDK is often its path alone, and else begins with that. */
    static String withoutPath(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException none -> "no such file";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException other -> "it exists already";
            default -> failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
        };
    }
}

package io.linksocks.websocket;

import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Request;
import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Sends back every text and binary message: what the Autobahn test suite wants to talk to (src/test/conformance). */
final class EchoServer {
    private EchoServer() {}

    /** Serves the loopback port in the first argument until the process is ended. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ServerSocket listener = new ServerSocket(Integer.parseInt(arguments[0]), 50, InetAddress.getLoopbackAddress());
        new HttpServer(listener, List.of(), EchoServer::echo, Limits.connections(100)).start();
        new CountDownLatch(1).await();
    }

    private static void echo(Request request, Socket socket, InputStream in, OutputStream out) throws IOException {
        TextInput texts = new TextInput(in);
        TextOutput answers = new TextOutput(out);
        ServerWebSocket link = ServerWebSocket.accept(request.head(), socket, texts, answers, "test");
        Slice message = link.receive();
        while (message != null) {
            answers.sendText(texts.isText());
            link.send(message);
            message = link.receive();
        }
    }
}

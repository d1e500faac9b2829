package io.linksocks.client;

import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.Redirect;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The check of one server. A step that fails is the last one; those behind it are skipped. */
final class ServerCheck {
    private final ClientOptions options;
    private final Consumer<CheckStep> report;
    private final LoginCheck login;
    private final TunnelCheck tunnel;
    private URI url;
    private CheckedRoute route;
    private UpgradeCheck upgrade;
    private boolean failed;

    ServerCheck(ClientOptions options, URI url, Consumer<CheckStep> report) {
        this.options = options;
        this.url = url;
        this.report = report;
        this.login = new LoginCheck(options, url);
        this.tunnel = new TunnelCheck(options, url);
        this.upgrade = new UpgradeCheck(new ConnectOptions(url, options.headers(), UpgradeCheck.LIMIT, Optional.empty(), null));
    }

    /** What a step has seen. */
    record Found(CheckStep.Outcome outcome, String text) {
        static Found of(String text) {
            return new Found(CheckStep.Outcome.OK, text);
        }

        /** The step does not apply. */
        static Found nothing(String why) {
            return new Found(CheckStep.Outcome.SKIPPED, why);
        }
    }

    /** One step. */
    private interface Probe {
        Found look() throws IOException;
    }

    boolean run() {
        findWay();
        for (int redirects = 0; !failed && upgrade.next() != null && redirects < Redirect.MOST; redirects++) {
            url = upgrade.next();
            findWay();
        }
        if (!failed && upgrade.next() != null) {
            step("redirects", ServerCheck::refuseMoreRedirects);
        }
        step("clock", () -> upgrade.compareClocks(url, route));
        step("auth", login::authenticate);
        step("extensions", login::listExtensions);
        step("round trip", login::ping);
        login.close();
        step("tunnel", tunnel::connect);
        step("throughput", tunnel::measure);
        tunnel.close();
        return !failed;
    }

    private static Found refuseMoreRedirects() throws HintedException {
        throw new HintedException("more than " + Redirect.MOST + " redirects in a row",
                "whoever answers sends us in a circle: use the address that they should lead to");
    }

    /** Once more after a redirect. */
    private void findWay() {
        route = new CheckedRoute(url, options.tls(), login.proxies());
        step("url", () -> Found.of(description()));
        step("proxy", this::chooseProxy);
        step("dns", () -> Found.of(route.resolve()));
        step("tcp", () -> Found.of(route.connect()));
        step("tls", () -> route.isSecure() ? Found.of(route.shakeHands()) : Found.nothing("ws:// is not encrypted"));
        step("upgrade", () -> Found.of(upgrade.ask(url, route)));
    }

    private String description() throws HintedException {
        try {
            options.tls().context();
        } catch (IOException e) {
            throw new HintedException(e.getMessage(), "name a file with certificates in PEM form with --ca");
        }
        return route.server() + " by " + url.getScheme() + ", as a " + (options.reverse() ? "provider" : "client")
                + (ServerUrl.authenticatesByQuery(url)
                ? "; the hash of the token is in the URL" : "; the token is in the first message");
    }

    private Found chooseProxy() throws HintedException {
        Endpoint proxy = route.chooseProxy();
        return proxy == null ? Found.nothing("none is set for this server") : Found.of(proxy.toString());
    }

    private void step(String name, Probe probe) {
        if (failed) {
            report.accept(new CheckStep(name, CheckStep.Outcome.SKIPPED, "because of the failure above", "", Duration.ZERO));
            return;
        }
        long began = System.nanoTime();
        Found found;
        String hint = "";
        try {
            found = probe.look();
        } catch (HintedException e) {
            found = new Found(CheckStep.Outcome.FAILED, e.getMessage());
            hint = e.hint();
        } catch (IOException e) {
            found = new Found(CheckStep.Outcome.FAILED, Reason.of(e));
            hint = "try again, and ask the server's owner if it stays so";
        }
        failed |= found.outcome() == CheckStep.Outcome.FAILED;
        report.accept(new CheckStep(name, found.outcome(), found.text(), hint, Duration.ofNanos(System.nanoTime() - began)));
    }
}

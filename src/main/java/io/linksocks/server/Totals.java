package io.linksocks.server;

import io.linksocks.dial.DialError;
import java.time.Duration;
import java.util.Map;

/**
 * What a server has done so far, and what it has in hand; what it turned away is counted elsewhere. Bytes are those of
 * messages, without the frames of the WebSocket.
 *
 * @param uptime since it was started
 * @param clients there now
 * @param channels open now
 * @param resumes sessions that went on with another WebSocket
 * @param retransmittedBytes sent again after that
 * @param stalls times that a sender had to wait for credit
 * @param droppedDatagrams that nobody took in time
 * @param authFailures wrong tokens and wrong API keys
 * @param dialErrors targets that this server did not reach
 * @param queuedBytes memory of what was received for readers that have not taken it yet
 * @param replayBytes sent and not acknowledged
 */
record Totals(Duration uptime, int clients, int channels, long openedChannels, long receivedBytes, long sentBytes,
        long receivedMessages, long sentMessages, long resumes, long retransmittedBytes, long stalls,
        long droppedDatagrams, long authFailures, Map<DialError, Long> dialErrors, long queuedBytes, long replayBytes) {}

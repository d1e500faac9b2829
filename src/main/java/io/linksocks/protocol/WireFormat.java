package io.linksocks.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Wire protocol version 0x01: big endian, one message per binary WebSocket message; bytes after the last known field
 * are ignored.
 *
 * <pre>
 *    0       1
 *   +-------+-------+----------
 *   |Version| Type  | fields        Version: high nibble major, low nibble minor
 *   +-------+-------+----------
 *
 *   Auth               | TokenLen(1) Token | Reverse(1) | Instance(16) |
 *   AuthResponse       | Success(1) | [ErrorLen(1) Error] |
 *   Connect            | Protocol(1) | ChannelID(16) | [AddrLen(1) Addr Port(2)] |
 *   Data               | Protocol(1) | ChannelID(16) | Compression(1) | DataLen(4) | Data | [UDP trailer] |
 *     UDP trailer      | AddrLen(1) Addr Port(2) | [TargetLen(1) Target TargetPort(2)] |
 *   ConnectResponse    | Success(1) | ChannelID(16) | [ErrorLen(1) Error] |
 *   Disconnect         | ChannelID(16) | [ErrorLen(1) Error] |
 *   Connector          | ChannelID(16) | TokenLen(1) Token | Operation(1) |
 *   ConnectorResponse  | ChannelID(16) | Success(1) | [ErrorLen(1) Error] or [TokenLen(1) Token] |
 *   Log, Partners, 0x0B to 0x0D       | DataLen(4) | JSON |
 *
 *   The front of every TCP Data message, with its payload right behind:
 *    0   1   2        3                       19          20            24
 *   +---+---+--------+-----------------------+-----------+-------------+------
 *   |01 |04 |Protocol| ChannelID             |Compression| DataLen     | Data
 *   +---+---+--------+-----------------------+-----------+-------------+------
 * </pre>
 */
final class WireFormat {
    static final int VERSION = 0x01;
    static final int MAJOR = VERSION >> 4;

    static final int AUTH = 0x01;
    static final int AUTH_RESPONSE = 0x02;
    static final int CONNECT = 0x03;
    static final int DATA = 0x04;
    static final int CONNECT_RESPONSE = 0x05;
    static final int DISCONNECT = 0x06;
    static final int CONNECTOR = 0x07;
    static final int CONNECTOR_RESPONSE = 0x08;
    static final int LOG = 0x09;
    static final int PARTNERS = 0x0A;
    static final int FIRST_SIGNAL = 0x0B;
    static final int LAST_SIGNAL = 0x0D;

    /** Operations of Connector. */
    static final int ADD = 0x01;
    static final int REMOVE = 0x02;

    /** Extensions, docs/protocol-extensions.md. */
    static final int OFFER_MARK = 0xE0;
    static final int OFFER_REVISION = 0x01;
    static final int OFFER_LENGTH = 1 + 1 + 1 + 16 + 4 + 4;
    static final int BEGIN = 0xE1;
    static final int BEGUN = 0xE2;
    static final int ACK = 0xE3;
    static final int CREDIT = 0xE4;
    static final int FIN = 0xE5;
    static final int END = 0xE6;
    static final int LEAVE = 0xE7;

    static final int PREFIX = 2;
    static final int UUID_LENGTH = 16;
    static final int LENGTH_LENGTH = 4;
    static final int PORT_LENGTH = 2;
    static final int DATA_CHANNEL = 3;

    /** The length of tokens, addresses and errors is one byte. */
    static final int MAX_STRING = 0xFF;

    static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private WireFormat() {}
}

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A JSSE echo server for tests: what the CAE server, a Java program, is to a scanner. Limits: a test program; its one key
 * store password is fixed, and each connection is served for at most two minutes.
 *
 * <p>Settings are system properties: keystores (PKCS#12 files with commas between them, password "portseal"), trust (PEM file
 * or empty), protocols and ciphers (comma separated; empty: the JVM's defaults; "ALL": all that it supports), clientAuth
 * (none, want, need).
 *
 * <p>Prints "SUITES protocol code,code,..." for each enabled protocol, the suites that JSSE itself would use in it and that
 * its keys can serve, then "READY port", then one "FAILED message" for each handshake that fails.
 */
public final class JSSEServer {
    private static final char[] PASSWORD = "portseal".toCharArray();

    public static void main(String[] args) throws Exception {
        KeyStore keys = keys();
        SSLContext context = context(keys);
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1024, InetAddress.getByName("127.0.0.1"));
        SSLParameters parameters = server.getSSLParameters();
        parameters.setProtocols(choose("protocols", server.getEnabledProtocols(), server.getSupportedProtocols()));
        parameters.setCipherSuites(choose("ciphers", server.getEnabledCipherSuites(), server.getSupportedCipherSuites()));
        switch (System.getProperty("clientAuth", "none")) {
            case "want" -> parameters.setWantClientAuth(true);
            case "need" -> parameters.setNeedClientAuth(true);
            default -> { }
        }
        server.setSSLParameters(parameters);
        String[] usable = usable(keys, parameters.getCipherSuites());
        for (String protocol : parameters.getProtocols()) {
            if (!protocol.equals("SSLv2Hello")) {
                System.out.println("SUITES " + protocol + " " + String.join(",", suites(context, protocol, usable)));
            }
        }
        System.out.println("READY " + server.getLocalPort());
        System.out.flush();
        ExecutorService threads = Executors.newCachedThreadPool();
        while (true) {
            SSLSocket socket = (SSLSocket) server.accept();
            threads.execute(() -> serve(socket));
        }
    }

    /** One store with the keys of all files: JSSE then chooses by what a suite needs. */
    private static KeyStore keys() throws Exception {
        KeyStore all = KeyStore.getInstance("PKCS12");
        all.load(null, null);
        for (String path : System.getProperty("keystores").split(",")) {
            KeyStore one = KeyStore.getInstance("PKCS12");
            try (InputStream in = new FileInputStream(path)) {
                one.load(in, PASSWORD);
            }
            for (String alias : Collections.list(one.aliases())) {
                if (one.isKeyEntry(alias)) {
                    all.setKeyEntry("key" + all.size(), one.getKey(alias, PASSWORD), PASSWORD, one.getCertificateChain(alias));
                }
            }
        }
        return all;
    }

    /** Leaves out the suites whose authentication no key of the store can do. Limit: EdDSA keys count as no key. */
    private static String[] usable(KeyStore keys, String[] suites) throws Exception {
        Set<String> algorithms = new HashSet<>();
        for (String alias : Collections.list(keys.aliases())) {
            algorithms.add(keys.getCertificate(alias).getPublicKey().getAlgorithm());
        }
        List<String> usable = new ArrayList<>();
        for (String suite : suites) {
            String needs = suite.contains("_anon_") || !suite.contains("_WITH_") ? ""
                    : suite.contains("_KRB5_") ? "Kerberos"
                    : suite.contains("_DSS_") ? "DSA"
                    : suite.contains("ECDSA") || suite.contains("ECDH_RSA") ? "EC" : "RSA";
            if (needs.isEmpty() || algorithms.contains(needs)) {
                usable.add(suite);
            }
        }
        return usable.toArray(new String[0]);
    }

    private static SSLContext context(KeyStore keys) throws Exception {
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(keys, PASSWORD);
        TrustManagerFactory trustManagers = null;
        String trust = System.getProperty("trust", "");
        if (!trust.isEmpty()) {
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            try (InputStream in = new FileInputStream(trust)) {
                int n = 0;
                for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    anchors.setCertificateEntry("anchor" + n++, c);
                }
            }
            trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(anchors);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers == null ? null : trustManagers.getTrustManagers(), null);
        return context;
    }

    private static String[] choose(String property, String[] defaults, String[] all) {
        String value = System.getProperty(property, "");
        if (value.isEmpty()) {
            return defaults;
        }
        return value.equals("ALL") ? all : value.split(",");
    }

    /** Reads the codes out of the ClientHello that JSSE writes for this one protocol: the suites it would use in it. */
    private static List<String> suites(SSLContext context, String protocol, String[] enabled) throws SSLException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {protocol});
        engine.setEnabledCipherSuites(enabled);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        List<String> codes = new ArrayList<>();
        try {
            engine.wrap(ByteBuffer.allocate(0), record);
        } catch (SSLException e) {
            return codes; // "No appropriate protocol": no enabled suite is of use in it
        }
        record.flip();
        record.position(5 + 4 + 2 + 32); // record header, handshake header, version, random
        record.position(record.position() + 1 + record.get(record.position()));
        int length = Short.toUnsignedInt(record.getShort());
        for (int i = 0; i < length; i += 2) {
            String code = String.format("%04X", Short.toUnsignedInt(record.getShort()));
            if (!code.equals("00FF")) { // TLS_EMPTY_RENEGOTIATION_INFO_SCSV is no suite
                codes.add(code);
            }
        }
        return codes;
    }

    private static void serve(SSLSocket socket) {
        try (socket) {
            socket.setSoTimeout(120_000);
            socket.startHandshake();
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[4096];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (SocketException e) {
            // The scanner left: no failure of a handshake.
        } catch (IOException e) {
            System.out.println("FAILED " + e.getMessage());
        }
    }
}

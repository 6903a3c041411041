package io.github.tf2torch.read.graph;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.github.tf2torch.io.ForeignBytes;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/**
 * A file that is one GraphDef (graph.proto), in the binary or the text form of protocol buffers.
 */
final class FrozenGraphFile {
  /** What {@link #looksLikeOne} reads at most; a first node without constant is shorter. */
  private static final int HEAD_BYTES = 4096;

  private static final int NODE_TAG = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int NODE_NAME_TAG = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int NODE_OP_TAG = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final Pattern OP = Pattern.compile("_?[A-Za-z][A-Za-z0-9_.>/-]*");
  private static final Pattern FIRST_OP = Pattern.compile("_?[A-Z][A-Za-z0-9_>]*");
  private static final Pattern TEXT =
      Pattern.compile(
          "(\\s|#[^\\n]*+\\n)*+((node|library|versions)\\s*+:?\\s*+[{<]|version\\s*+:).*",
          Pattern.DOTALL);
  private static final Set<String> ENDINGS = Set.of(".pb", ".pbtxt", ".pbtxt.txt", ".prototxt");

  private FrozenGraphFile() {}

  /**
   * Whether the first message is a node that has a name and an op, or the text of one; or whether
   * the file is called so, and it is for {@link #read} to say what is wrong with it.
   */
  static boolean looksLikeOne(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    String name = String.valueOf(path.getFileName());
    byte[] head = head(path);
    return startsWithNode(head) || isText(head) || ENDINGS.stream().anyMatch(name::endsWith);
  }

  private static byte[] head(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(HEAD_BYTES);
    }
  }

  private static boolean isText(byte[] head) {
    return TEXT.matcher(new String(head, StandardCharsets.UTF_8)).matches();
  }

  private static boolean startsWithNode(byte[] head) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(head);
      if (in.readTag() != NODE_TAG) {
        return false;
      }
      in.readRawVarint32();
      if (in.readTag() != NODE_NAME_TAG || in.readBytes().isEmpty()) {
        return false;
      }
      return in.readTag() == NODE_OP_TAG && FIRST_OP.matcher(in.readStringRequireUtf8()).matches();
    } catch (IOException e) {
      return false;
    }
  }

  /** The whole of it; large constants stay in the file. */
  static GraphDef read(Path path, MessageFile.Limits limits) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new DamagedFile(path + ": there is no such file");
    }
    ForeignBytes.refuse(path, Set.of());
    byte[] head = head(path);
    GraphDef graph =
        isText(head) || TextMessage.looksLikeText(head)
            ? TextMessage.read(path, GraphDef.newBuilder()).build()
            : binary(path, limits);
    if (graph.getNodeCount() == 0) {
      throw new DamagedFile(
          path + ": a graph without a node; the file is not what was meant, or is damaged");
    }
    return FreeShapes.of(graph);
  }

  private static GraphDef binary(Path path, MessageFile.Limits limits) throws IOException {
    try {
      GraphDef graph = (GraphDef) MessageFile.read(path, GraphDef.getDefaultInstance(), limits);
      if (isGraph(graph)) {
        return graph;
      }
    } catch (InvalidProtocolBufferException e) {
      refuseOther(path, limits);
      throw new DamagedFile(
          "%s: %d bytes that are no GraphDef (%s); the file is damaged or truncated"
              .formatted(path, Files.size(path), e.getMessage()),
          e);
    }
    refuseOther(path, limits);
    throw new UnsupportedFile(
        path
            + ": a protocol buffer, but no GraphDef of TensorFlow's: nodes with a name and an op"
            + " are expected; which program wrote it?");
  }

  /** Any bytes of few kinds make a GraphDef of sorts: each node of a real one has an op. */
  private static boolean isGraph(GraphDef graph) {
    for (NodeDef node : graph.getNodeList()) {
      if (node.getName().isEmpty() || !OP.matcher(node.getOp()).matches()) {
        return false;
      }
    }
    return graph.getNodeCount() > 0;
  }

  /** Another message of TensorFlow's under this name. */
  private static void refuseOther(Path path, MessageFile.Limits limits) throws IOException {
    SavedModel saved = SavedModel.getDefaultInstance();
    MetaGraphDef meta = MetaGraphDef.getDefaultInstance();
    if (parsed(path, saved, limits) instanceof SavedModel s
        && holdsGraph(s.getMetaGraphsList(), true)) {
      throw new UnsupportedFile(
          path
              + ": is the saved_model.pb of a SavedModel under another name; name it so, beside"
              + " its folder \"variables\", and give that folder");
    }
    if (parsed(path, meta, limits) instanceof MetaGraphDef m && holdsGraph(List.of(m), false)) {
      throw new UnsupportedFile(
          path + ": is the .meta of a checkpoint under another name; name it so");
    }
  }

  private static boolean holdsGraph(List<MetaGraphDef> graphs, boolean mayBeEmpty) {
    return !graphs.isEmpty()
        && graphs.stream()
            .map(MetaGraphDef::getGraphDef)
            .allMatch(g -> isGraph(g) || (mayBeEmpty && g.getNodeCount() == 0));
  }

  private static Message parsed(Path path, Message kind, MessageFile.Limits limits)
      throws IOException {
    try {
      return MessageFile.read(path, kind, limits);
    } catch (InvalidProtocolBufferException e) {
      return kind;
    }
  }
}

package io.github.tf2torch.rules.mapping;

/** How many numbers a transform takes. */
enum Numbers {
  NONE("no number"),
  ONE("one number"),
  ONE_OR_NONE("one number, or none"),
  TWO("two numbers"),
  SOME("a list of numbers");

  private final String words;

  Numbers(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  boolean allows(int count) {
    return switch (this) {
      case NONE -> count == 0;
      case ONE -> count == 1;
      case ONE_OR_NONE -> count < 2;
      case TWO -> count == 2;
      case SOME -> count > 0;
    };
  }
}

// A kernel source tree, and the overlay that adds to it without writing to it.

/** A kernel source tree that is there and can be read. */
export interface Tree {
  /** Absolute path of its top folder. Never written to. */
  readonly path: string;
  /** What the user called it: a path, `debian:6.12`, a tarball's name. */
  readonly spec: string;
  /** As the top Makefile says: `6.12.117`. */
  readonly version: string;
  /** Changes whenever a file of the tree does; equal trees may have different identities, never the reverse. */
  readonly identity: string;
  /** The commit, for a git checkout; `-dirty` appended where files differ from it. */
  readonly commit: string | null;
}

/** A file of an overlay: path inside the tree, with `/`, and its whole new text. */
export interface OverlayFile {
  readonly path: string;
  readonly text: string;
  /** The file is gone: `text` is empty and means nothing. */
  readonly removed?: true;
  /** A new file that can be run, as a script under `scripts/`. A file of the tree keeps its own mode. */
  readonly executable?: true;
}

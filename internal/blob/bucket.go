package blob

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // opens s3://
)

const privateFolder = 0o700

// openBucket opens the folder or bucket that an address names.
func openBucket(ctx context.Context, address string) (*blob.Bucket, error) {
	switch scheme, _, found := strings.Cut(address, "://"); {
	case address == "":
		return nil, fmt.Errorf("no folder or bucket is named")
	case !found:
		return openFolder(address)
	case scheme == fileblob.Scheme:
		u, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		if u.Host != "" || u.RawQuery != "" {
			return nil, fmt.Errorf("a folder is file:///and/its/path, nothing before or after: %s", u.Redacted())
		}
		return openFolder(u.Path)
	case scheme == "s3":
		return blob.OpenBucket(ctx, address)
	default:
		return nil, fmt.Errorf("files are kept in a folder (file://) or a bucket (s3://), not %s://", scheme)
	}
}

// openFolder opens a folder, made for its owner alone. A file is written beside
// its place and renamed into it, on the same file system, so that it is there
// whole or not at all; gocloud's notes about each file are left out.
func openFolder(path string) (*blob.Bucket, error) {
	if err := os.MkdirAll(path, privateFolder); err != nil {
		return nil, err
	}
	return fileblob.OpenBucket(path, &fileblob.Options{
		DirFileMode: privateFolder,
		NoTempDir:   true,
		Metadata:    fileblob.MetadataDontWrite,
	})
}

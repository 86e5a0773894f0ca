package replay

import (
	"context"
	"database/sql/driver"
	"errors"
)

// noDatabase is the database of a server that has mod_dbd and no settings for
// it: there is no connection to be had, and maps that need one have no values.
type noDatabase struct{}

var errNoDatabase = errors.New("no database is configured")

// Connect fails.
func (noDatabase) Connect(context.Context) (driver.Conn, error) { return nil, errNoDatabase }

// Driver returns nil: there is none.
func (noDatabase) Driver() driver.Driver { return nil }

package storage

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// A preparer opens connections on which each statement is parsed once: a turn runs
// some ten small ones, of which parsing is no small part. The statements of the
// program are constants, so a connection holds some hundreds at most.
type preparer struct{ driver.Connector }

// Connect opens a connection.
func (p preparer) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := c.(connection)
	if !ok {
		return nil, fmt.Errorf("storage: a connection of the driver, %T, lacks what we need", c)
	}
	return &prepared{conn, map[string]statement{}}, nil
}

// connection and statement are what lib/pq's can do: its types have no names.
type (
	connection interface {
		driver.Conn
		driver.ConnBeginTx
		driver.ConnPrepareContext
		driver.ExecerContext
		driver.QueryerContext
		driver.NamedValueChecker
		driver.Pinger
		driver.SessionResetter
		driver.Validator
	}
	statement interface {
		driver.StmtQueryContext
		driver.StmtExecContext
	}
)

// A prepared connection keeps its statements until it is closed. Statements
// without arguments pass: they may be several in one.
type prepared struct {
	connection
	statements map[string]statement
}

// QueryContext runs a statement that returns rows.
func (p *prepared) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) == 0 {
		return p.connection.QueryContext(ctx, query, args)
	}
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args)
}

// ExecContext runs a statement that returns none.
func (p *prepared) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return p.connection.ExecContext(ctx, query, args)
	}
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args)
}

func (p *prepared) statement(ctx context.Context, query string) (statement, error) {
	if s, ok := p.statements[query]; ok {
		return s, nil
	}
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	of, ok := s.(statement)
	if !ok {
		return nil, fmt.Errorf("storage: a statement of the driver, %T, lacks what we need", s)
	}
	p.statements[query] = of
	return of, nil
}

// ByKey has the statements of this transaction planned once for each connection,
// as look-ups by key whatever the sizes of tables then. It is for what is done over
// and over for one person or a few hundred: to plan it costs more than to do it.
// Elsewhere statements are planned each time, for the tables as they are.
func (tx *Tx) ByKey(ctx context.Context) error {
	return tx.Exec(ctx, `SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off`)
}

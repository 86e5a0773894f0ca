package pcre

// settle checks and completes what could not be before all groups were known,
// in the order PCRE2 does.
func (p *parser) settle(re *Regexp, size int) *Error {
	if p.behind {
		if err := p.checkLookbehinds(re.Root); err != nil {
			return err
		}
	}
	for _, ref := range p.refs {
		if err := p.resolve(ref); err != nil {
			return err
		}
	}
	if re.Size = addSize(size, endSize); re.Size > maxCompiled {
		return p.fail(len(p.src), CodeTooLarge)
	}
	if p.branchErr != nil {
		return p.branchErr
	}
	p.expandCalls(re)
	p.classify(re)
	return nil
}

// resolve completes the node of a reference.
func (p *parser) resolve(ref reference) *Error {
	if ref.kind == refError {
		return p.fail(ref.pos, ref.code)
	}
	if ref.name == "" {
		return p.resolveNumber(ref)
	}
	groups := p.numbered[ref.name]
	if len(groups) == 0 && ref.kind == refMaybe {
		return p.resolveRecursion(ref)
	}
	if len(groups) == 0 {
		return p.fail(ref.pos, CodeNoSuchGroup)
	}
	switch ref.kind {
	case refCall:
		ref.node.Group = groups[0]
	case refRecursion:
		ref.node.Cond, ref.node.Group = CondRecursion, groups[0]
	case refBack, refCondition, refMaybe:
		ref.node.Groups = groups
	case refError:
	}
	return nil
}

// resolveNumber checks a reference by number.
func (p *parser) resolveNumber(ref reference) *Error {
	n := ref.node.Group
	if ref.kind != refCall {
		n = ref.node.Groups[0]
	}
	if n > p.groups {
		return p.fail(ref.pos, CodeNoSuchGroup)
	}
	return nil
}

// resolveRecursion completes a condition (?(R12)…) for which there is no name.
func (p *parser) resolveRecursion(ref reference) *Error {
	n := 0
	for i := 1; i < len(ref.name); i++ {
		n = n*10 + int(ref.name[i]-'0')
		if n > maxGroups {
			return p.fail(ref.pos+i, CodeGroupNumberTooBig)
		}
	}
	if n > p.groups {
		return p.fail(ref.pos, CodeNoSuchGroup)
	}
	if n == 0 {
		n = anyRecursion
	}
	ref.node.Cond, ref.node.Group = CondRecursion, n
	return nil
}

// anyRecursion is the Group of a condition on any recursion.
const anyRecursion = -1

"""``make crowd``: very many clients of live updates on one gateway, some of which lose their connection."""

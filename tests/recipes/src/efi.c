/* An EFI application that returns at once. */
unsigned long long efi_main(void *image, void *table) { (void)image; (void)table; return 0; }
